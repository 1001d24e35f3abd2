package modeltest

import "context"

// Patience is a context that is done once it has been looked at so many times, and that
// counts how often it is.
type Patience struct {
	context.Context
	Looks, Most int
}

// Err returns [context.Canceled] from one look more than Most on.
func (p *Patience) Err() error {
	if p.Looks++; p.Looks > p.Most {
		return context.Canceled
	}
	return nil
}
