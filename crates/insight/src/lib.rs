//! Indicators: figures that open to their rows
