//! Engine: the closed loop of cases
