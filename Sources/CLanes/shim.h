#pragma once
// Swift's comparisons of vectors are loops over their elements, and it has no word for the
// instruction that gathers a mask (`pmovmskb`): the two operators below have it.
#include <stddef.h>
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

/// The first `count` bytes of the block, at most sixteen, filled up with zeros.
static inline clanes_block clanes_prefix(clanes_block block, uint32_t count) {
    static const uint8_t all[32] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    clanes_block mask;
    memcpy(&mask, all + 16 - (count < 16 ? count : 16), sizeof mask);
    return block & mask;
}

/// The block without its first `count` bytes, at most sixteen, filled up with zeros.
static inline clanes_block clanes_without(clanes_block block, uint32_t count) {
    uint8_t room[32] = {0};
    memcpy(room, &block, sizeof block);
    memcpy(&block, room + (count < 16 ? count : 16), sizeof block);
    return block;
}

/// Masks of 64 times `count` bytes, 64 to a mask: a bit for each control byte (0x00 to 0x1F, and
/// 0x7F), the first one lowest.
static inline __attribute__((always_inline)) void clanes_controls_of(
    const void *bytes, size_t count, uint64_t *masks) {
    typedef unsigned char wide __attribute__((ext_vector_type(64)));
    typedef _Bool wide_lanes __attribute__((ext_vector_type(64)));
    for (size_t number = 0; number < count; number++) {
        wide block;
        memcpy(&block, (const char *)bytes + number * sizeof block, sizeof block);
        wide_lanes lanes = __builtin_convertvector(
            (block <= (wide)0x1F) | (block == (wide)0x7F), wide_lanes);
        memcpy(masks + number, &lanes, sizeof lanes);
    }
}

/// The same by what every processor of the architecture has.
static inline void clanes_controls_portable(const void *bytes, size_t count, uint64_t *masks) {
    clanes_controls_of(bytes, count, masks);
}

/// The same by the widest that this processor has. The choice is a test of one word.
#if defined(__x86_64__)
static inline __attribute__((target("avx2"))) void clanes_controls_avx2(
    const void *bytes, size_t count, uint64_t *masks) {
    clanes_controls_of(bytes, count, masks);
}

static inline void clanes_controls(const void *bytes, size_t count, uint64_t *masks) {
    if (__builtin_cpu_supports("avx2")) {
        clanes_controls_avx2(bytes, count, masks);
    } else {
        clanes_controls_portable(bytes, count, masks);
    }
}
#else
static inline void clanes_controls(const void *bytes, size_t count, uint64_t *masks) {
    clanes_controls_portable(bytes, count, masks);
}
#endif

/// The sixteen hexadecimal digits of a number, the highest first, in lower case.
static inline clanes_block clanes_hex(uint64_t value) {
    typedef unsigned char half __attribute__((ext_vector_type(8)));
    uint64_t highest_first = __builtin_bswap64(value);
    half bytes;
    memcpy(&bytes, &highest_first, sizeof bytes);
    half high = bytes >> 4, low = bytes & 15;
    clanes_block digits = __builtin_shufflevector(
        high, low, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    clanes_block letters = (clanes_block)(digits > 9);
    return digits + '0' + (letters & ('a' - '0' - 10));
}
