/* Two libraries of this interface, each with the static library inside, in one program. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <verigator.h>

/* The functions of the first or the second library. */
#define PLUGIN(name) PLUGIN_NAMED(PLUGIN_PREFIX, name)
#define PLUGIN_NAMED(prefix, name) PLUGIN_JOINED(prefix, name)
#define PLUGIN_JOINED(prefix, name) prefix##_##name

/* Reads a service and returns a handle of the library's own copy, or NULL. */
verigator_service *first_read(const char *base_url, const char *service_id);
verigator_service *second_read(const char *base_url, const char *service_id);

/* The id of a service that this library read; NULL for one that it did not read. */
const char *first_id(const verigator_service *service);
const char *second_id(const verigator_service *service);

#endif
