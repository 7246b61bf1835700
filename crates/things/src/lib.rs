//! Engine: registered objects of declared kinds
