#pragma once
// Swift's comparisons of vectors are loops over their elements, and it has no word for the
// instruction that gathers a mask (`pmovmskb`): the two operators below have it.
#include <stdint.h>
#include <string.h>

/// Sixteen bytes: `SIMD16<UInt8>` in Swift.
typedef unsigned char clanes_block __attribute__((ext_vector_type(16)));

typedef _Bool clanes_lanes __attribute__((ext_vector_type(16)));

/// A bit for each lane of a comparison, the first one lowest.
static inline uint32_t clanes_bits(clanes_lanes lanes) {
    uint16_t bits;
    memcpy(&bits, &lanes, sizeof bits);
    return bits;
}

/// A bit for each byte that is `byte`, the first one lowest.
static inline uint32_t clanes_equal(clanes_block block, uint8_t byte) {
    return clanes_bits(__builtin_convertvector(block == (clanes_block)byte, clanes_lanes));
}

/// A bit for each byte from `low` to `high`.
static inline uint32_t clanes_within(clanes_block block, uint8_t low, uint8_t high) {
    clanes_block above = block - (clanes_block)low;
    clanes_block width = (clanes_block)(uint8_t)(high - low);
    return clanes_bits(__builtin_convertvector(above <= width, clanes_lanes));
}
