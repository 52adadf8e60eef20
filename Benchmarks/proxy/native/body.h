// The bytes of every body: the origin sends them, the load generator compares each one.
#pragma once

#include <stddef.h>

#define BODY_MAX (1u << 20)

/// Has no short period, so that a chunk that is lost, doubled or moved shows.
static inline unsigned char body_byte(size_t index) {
    return (unsigned char)(' ' + (index * 7 + (index >> 6) * 31 + (index >> 13) * 5) % 95);
}
