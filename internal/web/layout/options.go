package layout

import "context"

// WordOptions are things that have a name in the words files, to be chosen from.
func WordOptions[W interface {
	~string
	WordKey() string
}](ctx context.Context, of ...W) []Option {
	out := make([]Option, len(of))
	for i, o := range of {
		out[i] = Option{Value: string(o), Label: T(ctx, o.WordKey())}
	}
	return out
}
