#pragma once
// bzlib.h uses FILE without including what declares it.
#include <stdio.h>
#include <bzlib.h>
