//! The key ring: passwords that rotate themselves.

mod days;
mod decisions;
mod former;
mod master;
mod outages;
mod revoked;
mod servers;
mod settings;
mod tampering;
