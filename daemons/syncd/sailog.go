package syncd

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/heddle-nos/heddle/daemons/loglevel"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// apiPrefix begins the rows of LOGGER that are about the library, a row for each of its APIs.
const apiPrefix = "SAI_API_"

// followLibraryLog has the library log what LOGGER says. A row that is gone leaves its level: the library has no word for its own default.
func followLibraryLog(ctx context.Context, config *statedb.DB, library hardware.Logger, log *slog.Logger) error {
	return statedb.NewSubscriber(config, loglevel.Table).Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
		for _, op := range ops {
			if op.Op != statedb.OpSet || !strings.HasPrefix(op.Key, apiPrefix) {
				continue
			}
			if err := setLibraryLog(library, op.Key, op.Map()[loglevel.Field]); err != nil {
				log.Error("keep log level of library", "table", loglevel.Table, "key", op.Key, "err", err)
			}
		}
		return nil
	})
}

func setLibraryLog(library hardware.Logger, name, word string) error {
	api, ok := sai.API(0).Meta().Value(name)
	if !ok || sai.API(api) <= sai.APIUnspecified || sai.API(api) >= sai.APIMax {
		return fmt.Errorf("%q is no API of SAI", name)
	}
	level, ok := sai.LogLevel(0).Meta().Value(word)
	if !ok {
		return fmt.Errorf("%q is no level of SAI", word)
	}
	if s := library.SetLog(sai.API(api), sai.LogLevel(level)); s != sai.StatusSuccess {
		return fmt.Errorf("set log of %s: %v", name, s)
	}
	return nil
}
