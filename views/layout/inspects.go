package layout

import "context"

type withoutInspector struct{}

// WithoutInspector has pages rendered without links to the inspector: there is none.
func WithoutInspector(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutInspector{}, true)
}

// Inspects reports whether there is an inspector to link to.
func Inspects(ctx context.Context) bool { return ctx.Value(withoutInspector{}) == nil }
