#ifndef C_PEAK_H
#define C_PEAK_H

/// Floating-point operations a second of multiply-adds in registers, on one core at this moment; 0 where there is no
/// measuring loop for the processor. Takes about a millisecond.
double c_peak(void);

#endif
