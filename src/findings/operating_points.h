/* Operating points: the rules for deciding that a model file offers, and the one in force.
 *
 * __metadata__ of the model file:
 *   operating_points    JSON list of 1 to 8 objects, the default first:
 *     name              1 to 23 of a-z, 0-9 and '-', once in the list
 *     threshold         calibrated probability from which the decision is pneumonia, 0..1
 *     uncertain         optional [low, high] with low <= threshold <= high; empty where it is not given
 *     sensitivity       optional, 0..1, of the decision at the threshold, as measured
 *     specificity       likewise
 *   operating_points_measured   optional: one sentence that names the films they were measured on
 *   threshold           read where there are no operating_points: one point, "default", whose band is empty */
#ifndef PNEUMOSCOPE_OPERATING_POINTS_H
#define PNEUMOSCOPE_OPERATING_POINTS_H

#include "model/model.h"

enum { MAX_OPERATING_POINTS = 8 };

typedef struct operating_points {
    pneumoscope_operating_point list[MAX_OPERATING_POINTS];
    size_t n;
} operating_points;

/* BAD_MODEL with the point and the field that is wrong, or NO_MEMORY. */
pneumoscope_status operating_points_read(operating_points *out, const model *m, detail *why);

/* The index of the point of this name; NULL stands for the first. BAD_ARGUMENT, with the names there are, where there
 * is none of it. */
pneumoscope_status operating_points_choose(const operating_points *, const char *name, size_t *index, detail *why);

#endif
