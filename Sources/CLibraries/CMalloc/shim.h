#pragma once
// The C library's own module leaves this header out.
#include <malloc.h>
