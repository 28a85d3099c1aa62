/* The rule for incomplete pictures: at most a fiftieth may be missing. */
#ifndef PNEUMOSCOPE_MISSING_H
#define PNEUMOSCOPE_MISSING_H

#include "status.h"

enum { MISSING_ONE_IN = 50 };

/* Refuses a picture as "incomplete" if more than a fiftieth of its rows is missing. `kind`: "PNG", ... */
pneumoscope_status missing_rows_check(uint32_t nmissing, uint32_t width, uint32_t height, const char *kind,
                                      detail *why);

#endif
