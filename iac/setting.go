package iac

// Origin is where the value of a property comes from.
type Origin int

// The origins. Absent is a property that is not set and has no default.
const (
	Absent Origin = iota
	Declared
	Default // of Owner
	Unknown // until it is applied, or because it cannot be resolved
)

// Owners of defaults.
const (
	ofTerraform = "the Terraform AWS provider"
	ofAWS       = "AWS"
)

// Setting is a property: its value where it has one, and where it comes from.
type Setting[T any] struct {
	Value  T
	Origin Origin
	Owner  string // whose default it is
	Why    string // why it is unknown
}

// Known reports whether the setting has a value.
func (s Setting[T]) Known() bool { return s.Origin == Declared || s.Origin == Default }

func declared[T any](v T) Setting[T] { return Setting[T]{Value: v, Origin: Declared} }

func defaultOf[T any](v T, owner string) Setting[T] {
	return Setting[T]{Value: v, Origin: Default, Owner: owner}
}

// or returns the setting, or a default where it is absent.
func (s Setting[T]) or(v T, owner string) Setting[T] {
	if s.Origin == Absent {
		return defaultOf(v, owner)
	}
	return s
}
