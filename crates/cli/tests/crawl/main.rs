//! `sinmun crawl` as its users run it: a process, against a server on loopback.

mod bad_servers;
mod desk;
mod evidence;
#[cfg(target_os = "linux")]
mod full_disk;
mod killed;
mod mistakes;
mod pace;
mod real_sites;
