// The calls of a client that are under way, each by the tag that it was submitted with.
#ifndef VERIGATOR_NODE_UNDER_WAY_H
#define VERIGATOR_NODE_UNDER_WAY_H

#include "operations.h"

typedef struct {
    verigator_call *call;
    const Operation *operation;
    // Of a place that is free: the next one that is.
    size_t next_free;
} Place;

typedef struct {
    Place *places;
    size_t size;
    size_t first_free;
    size_t count;
} UnderWay;

// Sees to it that there is a place, and says which one under_way_add takes. False if there is no
// memory.
bool under_way_reserve(UnderWay *under_way, uint64_t *tag);

void under_way_add(UnderWay *under_way, verigator_call *call, const Operation *operation);

// Takes a call out, and returns its operation.
const Operation *under_way_remove(UnderWay *under_way, uint64_t tag);

// Frees all calls, which ends them.
void under_way_free(UnderWay *under_way);

#endif
