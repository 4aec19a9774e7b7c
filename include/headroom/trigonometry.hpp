#pragma once

#include <cmath>
#include <complex>
#include <numbers>

/// Sine and cosine with equal bits on every CPU (why: elementary.hpp), of angles in turns, off which quarters come
/// exactly. Coefficients are those of fdlibm (Sun Microsystems, 1993: k_sin.c, k_cos.c). Errors of phase stay
/// below 1e-16 rad, those of the value below 1 ulp of 1.
namespace headroom::portable {

/// e^(2 pi i turns) of a finite number of turns.
inline std::complex<double> phasor(double turns) {
  const double quarters = std::floor(4.0 * turns + 0.5);
  const double x = 2 * std::numbers::pi * (turns - 0.25 * quarters), z = x * x;
  const double sine = x + x * z *
                              (-1.66666666666666324348e-01 +
                               z * (8.33333333332248946124e-03 +
                                    z * (-1.98412698298579493134e-04 +
                                         z * (2.75573137070700676789e-06 +
                                              z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
  const double cosine =
      1.0 - (0.5 * z - z * z *
                           (4.16666666666666019037e-02 +
                            z * (-1.38888888888741095749e-03 +
                                 z * (2.48015872894767294178e-05 +
                                      z * (-2.75573143513906633035e-07 +
                                           z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))))));
  switch (static_cast<int>(quarters - 4.0 * std::floor(0.25 * quarters))) {
    case 1:
      return {-sine, cosine};
    case 2:
      return {-cosine, -sine};
    case 3:
      return {sine, -cosine};
    default:
      return {cosine, sine};  // 0 and 4
  }
}

/// cos(2 pi turns).
inline double cosine(double turns) {
  return phasor(turns).real();
}

}  // namespace headroom::portable
