//! Exports, read back by the programs they are for.

mod injection;
mod inventories;
mod referee;
mod same;
mod shapes;
mod ssh;
