//! What people and programs are shown of a plan.

mod json;
mod picture;
mod samples;
mod table;
