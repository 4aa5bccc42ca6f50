package box

// Captured reports whether boxes of the module start from a state in which its package initialisation is over.
func (m *Module) Captured() bool {
	m.captures.Lock()
	defer m.captures.Unlock()
	for _, img := range m.images {
		if img != nil {
			return true
		}
	}
	return false
}
