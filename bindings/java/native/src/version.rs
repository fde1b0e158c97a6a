//! Which library this is.

use jni::EnvUnowned;
use jni::jni_mangle;
use jni::objects::{JClass, JString};
use verigator::ffi;

use crate::{boundary, text};

#[jni_mangle("com.messente.verigator.Native")]
pub fn version<'local>(env: EnvUnowned<'local>, _: JClass<'local>) -> JString<'local> {
    // SAFETY: the version is static.
    boundary::call(env, |env| unsafe {
        text::output(env, ffi::verigator_version())
    })
}
