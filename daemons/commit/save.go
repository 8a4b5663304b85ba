package commit

import (
	"context"
	"errors"
	"fmt"
)

// Save writes the running configuration to a file. Other committers are kept
// out meanwhile: a commit between the reading and the writing would leave a
// file that is older than what that commit saved. A journal that cannot be
// locked because it cannot be written does not keep an operator from saving.
// May, which may be nil, is asked under the lock and tells why not to save.
func (e *Engine) Save(ctx context.Context, file string, may func() error) error {
	release, err := e.record.Lock(ctx)
	if errors.Is(err, ErrBusy) {
		return fmt.Errorf("save configuration: %w", err)
	}
	if err == nil {
		defer release()
	}
	if may != nil {
		if err := may(); err != nil {
			return fmt.Errorf("save configuration: %w", err)
		}
	}
	c, err := e.Running(ctx)
	if err != nil {
		return err
	}
	return WriteFile(file, c)
}
