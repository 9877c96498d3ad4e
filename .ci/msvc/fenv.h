#define FE_TONEAREST 0
typedef struct {
    unsigned long control, status;
} fenv_t;
int feholdexcept(fenv_t *);
int fesetenv(const fenv_t *);
int fegetround(void);
int fesetround(int);
