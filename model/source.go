package model

// Source is the layer that an input came from.
type Source string

// The layers of a workload, each of which overrides those before it.
const (
	Default  Source = "default"
	Planned  Source = "planned" // by infrastructure as code
	Measured Source = "measured"
	File     Source = "file"
	Flag     Source = "flag"
)
