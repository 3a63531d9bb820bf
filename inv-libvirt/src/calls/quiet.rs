//! Keeps libvirt, and what it is built on, from writing to standard error: to Ansible any byte there is an error.
//!
//! Three of them write there by themselves: libvirt's default error handler, libvirt's log (warnings of the client), and
//! libxml2, which says that a file cannot be opened (`<domain file='…'/>` in a file of the test driver) before libvirt
//! says it too.

use std::ffi::{CStr, c_void};
use std::sync::OnceLock;

/// Where libvirt's log goes, unless somebody asked for it.
const LOG: (&str, &str) = ("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null");

/// What asks for libvirt's log.
const ASKED_FOR: [&str; 3] = ["LIBVIRT_DEBUG", "LIBVIRT_LOG_FILTERS", "LIBVIRT_LOG_OUTPUTS"];

/// Silences libvirt. The first thing a process does: it changes the environment, and must be the only thread.
pub(crate) fn be_quiet() {
    virt::error::clear_error_callback();
    if ASKED_FOR.iter().all(|name| std::env::var_os(name).is_none()) {
        // SAFETY: nothing else runs yet, so nobody reads the environment meanwhile.
        unsafe { std::env::set_var(LOG.0, LOG.1) };
    }
}

/// Silences libxml2, which keeps its handlers by thread. To be called on every thread that may open a connection.
///
/// Its default handler writes to the `FILE` that is set as its context, so that no handler of our own is needed: such a
/// one takes a variable number of arguments, which Rust cannot write. libxml2 is there because libvirt links to it; the
/// function is looked up by name, since its library is nothing that we need to be linked to.
pub(crate) fn be_quiet_in_this_thread() {
    type SetGenericErrorFunc = unsafe extern "C" fn(*mut c_void, *mut c_void);

    // SAFETY: the function is `void xmlSetGenericErrorFunc(void *ctx, xmlGenericErrorFunc handler)`; a null handler means
    // the default one, which takes a `FILE *` as its context. `nowhere` is one, and is never closed.
    unsafe {
        let function = libc::dlsym(libc::RTLD_DEFAULT, c"xmlSetGenericErrorFunc".as_ptr());
        let nowhere = nowhere();
        if !function.is_null() && !nowhere.is_null() {
            let set = std::mem::transmute::<*mut c_void, SetGenericErrorFunc>(function);
            set(nowhere.cast(), std::ptr::null_mut());
        }
    }
}

/// A stream that leads nowhere.
fn nowhere() -> *mut libc::FILE {
    const PATH: &CStr = c"/dev/null";
    static STREAM: OnceLock<usize> = OnceLock::new();
    // SAFETY: both texts end with a NUL. A pointer crosses threads as a number; C's streams lock themselves.
    *STREAM.get_or_init(|| unsafe { libc::fopen(PATH.as_ptr(), c"we".as_ptr()) } as usize) as *mut libc::FILE
}
