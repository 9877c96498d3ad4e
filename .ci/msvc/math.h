#define INFINITY ((float)(1e300 * 1e300))
double fabs(double);
double fma(double, double, double);
double sqrt(double);
int isnan(double);
