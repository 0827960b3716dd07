//! `sinmun crawl` as its users run it: a process, against a server on loopback.

mod bad_servers;
mod desk;
mod evidence;
mod killed;
mod mistakes;
mod pace;
mod real_sites;
