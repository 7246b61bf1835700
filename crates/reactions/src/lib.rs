//! Joins the engines as packs say
