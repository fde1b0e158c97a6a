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

// logLine is what the library says of a call while it makes it.
type logLine struct {
	level   slog.Level
	message string
}

// logLines are those of a call that has ended.
func logLines(call raw.Handle) []logLine {
	var lines []logLine
	for {
		level, message := raw.CallLog(call, len(lines))
		if level == 0 {
			return lines
		}
		lines = append(lines, logLine{logLevels[level-1], message})
	}
}

// log hands lines to the program's logger.
func log(ctx context.Context, logger *slog.Logger, lines []logLine) {
	for _, line := range lines {
		logger.Log(ctx, line.level, line.message)
	}
}
