package demo

import (
	"context"
	"sync"
)

// together is how many acts are under way at the same time: their transactions share commits.
const together = 24

// parallel calls fn for every item, some at a time, and returns the first failure; the rest is left out then.
func parallel[T any](ctx context.Context, items []T, fn func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan T, len(items))
	for _, item := range items {
		todo <- item
	}
	close(todo)
	var wg sync.WaitGroup
	for range min(together, len(items)) {
		wg.Go(func() {
			for item := range todo {
				if ctx.Err() != nil {
					return
				}
				if err := fn(ctx, item); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
