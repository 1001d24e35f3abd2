package notice

// Notice is what a reader should know before acting on a plan, and what would
// remove the warning.
type Notice struct {
	ID      string `json:"id"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}
