/* Operating points: the rules by which a model file decides, and the choice of one.
 *
 * __metadata__ of the model file:
 *   operating_points    JSON list of 1 to 8 objects, the default first:
 *     name              1 to 23 characters of a-z, 0-9 and '-'; no name twice
 *     threshold         0..1; from this calibrated probability on, the decision is pneumonia
 *     uncertain         optional [low, high] with low <= threshold <= high; without it there is no such band
 *     sensitivity       optional, 0..1, of the decision at the threshold, as measured
 *     specificity       likewise
 *   operating_points_measured   optional: one sentence that names the films they were measured on
 *   threshold           used if there are no operating_points: one point, "default", without a band */
#ifndef PNEUMOSCOPE_OPERATING_POINTS_H
#define PNEUMOSCOPE_OPERATING_POINTS_H

#include "model/json.h"
#include "model/model.h"

enum { MAX_OPERATING_POINTS = 8 };

typedef struct operating_points {
    pneumoscope_operating_point list[MAX_OPERATING_POINTS];
    size_t n;
} operating_points;

/* BAD_MODEL names the wrong point and field; or NO_MEMORY. */
pneumoscope_status operating_points_read(operating_points *out, const model *m, detail *why);

/* The same from the list that begins at the token `array`. */
pneumoscope_status operating_points_of_json(operating_points *out, const json *j, int array, detail *why);

/* The index of the point with this name; NULL is the first. BAD_ARGUMENT, with the list of names, if there is no such
 * point. */
pneumoscope_status operating_points_choose(const operating_points *, const char *name, size_t *index, detail *why);

#endif
