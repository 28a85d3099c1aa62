/* Rules for deciding, one for each group of patients: how a logit becomes a probability, and the operating points.
 *
 * __metadata__ of the model file, besides what operating_points.h lists:
 *   calibration_scale   optional, default 1; above 0
 *   calibration_bias    optional, default 0
 *   groups              optional: JSON list of 1 or 2 objects, each the rule for one group of patients:
 *     name              "child" (1 to 5 years) or "adult" (18 years or more); no name twice
 *     calibration_scale, calibration_bias   as above, numbers
 *     operating_points  as operating_points.h says; the names and their order are those of the common rule
 * The calibration and operating points outside the groups are the common rule: it decides if nothing is known of the
 * patient. In a file with groups it should be the most cautious rule: a film that it calls pneumonia or normal gets the
 * same answer from every group. */
#ifndef PNEUMOSCOPE_RULES_H
#define PNEUMOSCOPE_RULES_H

#include "findings/operating_points.h"

#include <stdbool.h>

typedef struct rule {
    bool given;
    float calibration_scale, calibration_bias;
    operating_points points;
} rule;

enum { NPATIENTS = PNEUMOSCOPE_PATIENT_ADULT + 1 };

typedef struct rules {
    rule of[NPATIENTS]; /* by pneumoscope_patient; the first is always given */
} rules;

/* BAD_MODEL says what is wrong; or NO_MEMORY. */
pneumoscope_status rules_read(rules *out, const model *m, detail *why);

/* The group whose rule decides: the group of this age; if the age is NaN, the chosen group. UNKNOWN, the common rule,
 * if no group has this age or the model file has no rule for the group. */
pneumoscope_patient rules_patient(const rules *, pneumoscope_patient chosen, float age_years);

#endif
