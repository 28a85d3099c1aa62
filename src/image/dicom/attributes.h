/* Reads a film's attributes from the elements of its data set. */
#ifndef PNEUMOSCOPE_DICOM_ATTRIBUTES_H
#define PNEUMOSCOPE_DICOM_ATTRIBUTES_H

#include "image/dicom/dicom.h"
#include "image/dicom/elements.h"

/* Reads an element of the outermost data set into *dicom, if the film needs it. */
pneumoscope_status attributes_read(dicom *, const cursor *, const element *, detail *why);

/* After the last element: fills in what the file leaves out, and drops values that make no sense. */
void attributes_settle(dicom *);

/* Reads an element of a lookup table's sequence: its descriptor or its data. */
void tables_read(const dicom *, dicom_lut *, const cursor *, const element *);

/* Drops a table without use, and finds the entry that stands for white. */
void tables_settle(const dicom *, dicom_lut *);

#endif
