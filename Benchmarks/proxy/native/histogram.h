// Latencies in a log-linear histogram: 64 steps an octave, so that a value is at most 1.6 % off.
#pragma once

#include <stdint.h>

enum { STEPS = 64, STEP_BITS = 6, OCTAVES = 40 };

typedef struct {
    uint64_t count, sum, max;
    uint32_t cells[OCTAVES * STEPS];
} Histogram;

static inline unsigned cell_of(uint64_t value) {
    if (value < STEPS) return (unsigned)value;
    unsigned octave = 63u - (unsigned)__builtin_clzll(value) - STEP_BITS;
    unsigned cell = (octave + 1) * STEPS + (unsigned)(value >> octave) - STEPS;
    return cell < OCTAVES * STEPS ? cell : OCTAVES * STEPS - 1;
}

static inline void record(Histogram *histogram, uint64_t value) {
    histogram->count++;
    histogram->sum += value;
    if (value > histogram->max) histogram->max = value;
    histogram->cells[cell_of(value)]++;
}

/// The lower edge of the cell in which the share of all values is reached.
static inline uint64_t percentile(const Histogram *histogram, double share) {
    uint64_t target = (uint64_t)(share * (double)histogram->count), seen = 0;
    for (unsigned cell = 0; cell < OCTAVES * STEPS; cell++) {
        seen += histogram->cells[cell];
        if (seen > target) {
            unsigned octave = cell / STEPS;
            return octave ? (uint64_t)(STEPS + cell % STEPS) << (octave - 1) : cell;
        }
    }
    return histogram->max;
}
