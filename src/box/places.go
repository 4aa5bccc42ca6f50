package box

// HasSlowPlaces reports whether goroutines rest for up to 30 ms at some places of a program that runs with this
// [Config.Schedule]. The guest decides it likewise, in boxSetPlaces.
func HasSlowPlaces(schedule uint64) bool {
	const places = 0x736c6f77706c6163
	return schedule != 0 && splitmix64(schedule^places)%2 == 0
}

// splitmix64 is the first number that the guest's generator draws from a seed.
func splitmix64(seed uint64) uint64 {
	z := seed + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
