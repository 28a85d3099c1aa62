/* JPEG-LS, by CharLS. */
#ifndef PNEUMOSCOPE_CODEC_CHARLS_H
#define PNEUMOSCOPE_CODEC_CHARLS_H

#include "image/dicom/codecs/codec.h"

codec_function codec_charls;

#endif
