#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Macros with casts are not imported by Swift. */
static const size_t l7_pcre2_unset = PCRE2_UNSET;
