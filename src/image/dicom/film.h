/* DICOM. format.h describes the functions. The probe parses the file; the decoder uses what it parsed. */
#ifndef PNEUMOSCOPE_DICOM_FILM_H
#define PNEUMOSCOPE_DICOM_FILM_H

#include "image/format.h"

pneumoscope_status dicom_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status dicom_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);
void dicom_close(header *);

#endif
