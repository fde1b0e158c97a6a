// What JavaScript calls the constants of verigator.h.
#ifndef VERIGATOR_NODE_NAMES_H
#define VERIGATOR_NODE_NAMES_H

#include <verigator.h>

// The name of a constant, or NULL for one that has none.
const char *kind_name(verigator_kind kind);
const char *method_name(verigator_method method);
const char *log_level_name(verigator_log_level level);

// The constant of a name, or 0, which the library refuses.
verigator_method method_named(const char *name);
verigator_log_level log_level_named(const char *name);
verigator_tls_version tls_version_named(const char *name);

#endif
