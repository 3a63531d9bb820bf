//! The hard way: shares of the pod network, routes to them, and the variables that say so.

mod names;
mod plans;
mod routes;
mod shares;
