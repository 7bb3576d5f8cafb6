#pragma once
// The width of a code unit decides what pcre2.h declares, so it must be said before.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
