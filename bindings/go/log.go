package verigator

import (
	"context"
	"log/slog"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// What the library's levels, which count from 1, are to slog.
var logLevels = [...]slog.Level{slog.LevelError, slog.LevelWarn, slog.LevelInfo, slog.LevelDebug}

// logLevel is the library's level for what logger takes now, 0 for nothing.
func logLevel(ctx context.Context, logger *slog.Logger) int32 {
	level := int32(0)
	for _, each := range logLevels {
		if logger != nil && logger.Enabled(ctx, each) {
			level++
		}
	}
	return level
}

// logLines hands on the lines that a call kept which has ended.
func logLines(ctx context.Context, logger *slog.Logger, call raw.Handle) {
	for index := 0; ; index++ {
		level, message := raw.CallLog(call, index)
		if level == 0 {
			return
		}
		logger.Log(ctx, logLevels[level-1], message)
	}
}
