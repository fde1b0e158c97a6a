#include "under_way.h"

#include <stdlib.h>

bool under_way_reserve(UnderWay *under_way, uint64_t *tag) {
    if (under_way->first_free == under_way->size) {
        size_t size = under_way->size == 0 ? 16 : 2 * under_way->size;
        Place *places = realloc(under_way->places, size * sizeof *places);
        if (places == NULL) {
            return false;
        }
        for (size_t index = under_way->size; index < size; index++) {
            places[index] = (Place){.next_free = index + 1};
        }
        under_way->places = places;
        under_way->size = size;
    }
    *tag = under_way->first_free;
    return true;
}

void under_way_add(UnderWay *under_way, verigator_call *call, const Operation *operation) {
    Place *place = &under_way->places[under_way->first_free];
    under_way->first_free = place->next_free;
    *place = (Place){.call = call, .operation = operation};
    under_way->count++;
}

const Operation *under_way_remove(UnderWay *under_way, uint64_t tag) {
    Place *place = &under_way->places[tag];
    const Operation *operation = place->operation;
    *place = (Place){.next_free = under_way->first_free};
    under_way->first_free = (size_t)tag;
    under_way->count--;
    return operation;
}

void under_way_free(UnderWay *under_way) {
    for (size_t index = 0; index < under_way->size; index++) {
        verigator_call_free(under_way->places[index].call);
    }
    free(under_way->places);
    *under_way = (UnderWay){0};
}
