package labgob

// What tests of the package's outside need of its inside.

const (
	MaxDepth           = maxDepth
	MaxDefinitions     = maxDefinitions
	MaxDefinitionBytes = maxDefinitionBytes
	MaxSchemas         = maxSchemas
	MaxSchemaBytes     = maxSchemaBytes
)

// CachedSchemas returns how many schemas are cached, and their bytes.
func CachedSchemas() (n, size int) {
	schemas.RLock()
	defer schemas.RUnlock()
	for definitions := range schemas.m {
		n++
		size += len(definitions)
	}
	return n, size
}

// DefinesLate reports whether the value in data defines types on its way.
func DefinesLate(data []byte) bool {
	sch, m, _, err := open(data)
	return err == nil && scan(sch.types, m.body) == errLateDefinition
}
