package raw

// #include "shim.h"
import "C"

// ConfigNew makes a configuration, for ConfigFree.
func ConfigNew(username, password string) (Handle, *Failure) {
	user, secret := textIn(username), textIn(password)
	defer secret.wipe()
	return made(C.config_new(user.c(), secret.c()))
}

// ConfigFromEnv makes a configuration from the environment, for ConfigFree.
func ConfigFromEnv() (Handle, *Failure) {
	return made(C.config_from_env())
}

// ConfigFree frees a configuration.
func ConfigFree(config Handle) {
	C.config_free(C.uintptr_t(config))
}

// SetBaseURL is verigator_config_set_base_url.
func SetBaseURL(config Handle, url string) *Failure {
	return failure(C.config_set_base_url(C.uintptr_t(config), textIn(url).c()))
}

// SetAllowPlainHTTP is verigator_config_set_allow_plain_http.
func SetAllowPlainHTTP(config Handle, allow bool) *Failure {
	var flag C.int32_t
	if allow {
		flag = 1
	}
	return failure(C.config_set_allow_plain_http(C.uintptr_t(config), flag))
}

// SetAddress is verigator_config_set_address.
func SetAddress(config Handle, address string) *Failure {
	return failure(C.config_set_address(C.uintptr_t(config), textIn(address).c()))
}

// SetConnectTimeout is verigator_config_set_connect_timeout_ms.
func SetConnectTimeout(config Handle, milliseconds int64) *Failure {
	return failure(C.config_set_connect_timeout_ms(C.uintptr_t(config), C.int64_t(milliseconds)))
}

// SetTimeout is verigator_config_set_timeout_ms.
func SetTimeout(config Handle, milliseconds int64) *Failure {
	return failure(C.config_set_timeout_ms(C.uintptr_t(config), C.int64_t(milliseconds)))
}

// SetMaxRetries is verigator_config_set_max_retries.
func SetMaxRetries(config Handle, retries int64) *Failure {
	return failure(C.config_set_max_retries(C.uintptr_t(config), C.int64_t(retries)))
}

// SetMaxRetryWait is verigator_config_set_max_retry_wait_ms.
func SetMaxRetryWait(config Handle, milliseconds int64) *Failure {
	return failure(C.config_set_max_retry_wait_ms(C.uintptr_t(config), C.int64_t(milliseconds)))
}

// SetProxy is verigator_config_set_proxy; nil is NULL.
func SetProxy(config Handle, url string, username, password *string) *Failure {
	where, user, secret := textIn(url), optionalTextIn(username), optionalTextIn(password)
	defer secret.wipe()
	return failure(C.config_set_proxy(C.uintptr_t(config), where.c(), user.c(), secret.c()))
}

// UnsetProxy is verigator_config_unset_proxy.
func UnsetProxy(config Handle) *Failure {
	return failure(C.config_unset_proxy(C.uintptr_t(config)))
}

// SetCAFile is verigator_config_set_ca_file. All bytes but a NUL are good in path.
func SetCAFile(config Handle, path string) *Failure {
	return failure(C.config_set_ca_file(C.uintptr_t(config), textIn(path).c()))
}

// SetCAPEM is verigator_config_set_ca_pem.
func SetCAPEM(config Handle, pem []byte) *Failure {
	address, length := bytesIn(pem)
	return failure(C.config_set_ca_pem(C.uintptr_t(config), address, length))
}

// SetClientCertificateFiles is verigator_config_set_client_certificate_file. All bytes but a NUL are
// good in the paths.
func SetClientCertificateFiles(config Handle, chain, key string) *Failure {
	chainPath, keyPath := textIn(chain), textIn(key)
	return failure(C.config_set_client_certificate_file(C.uintptr_t(config), chainPath.c(), keyPath.c()))
}

// SetClientCertificatePEM is verigator_config_set_client_certificate_pem.
func SetClientCertificatePEM(config Handle, chain, key []byte) *Failure {
	chainAddress, chainLength := bytesIn(chain)
	keyAddress, keyLength := bytesIn(key)
	return failure(C.config_set_client_certificate_pem(
		C.uintptr_t(config), chainAddress, chainLength, keyAddress, keyLength))
}

// AddPinnedKey is verigator_config_add_pinned_key.
func AddPinnedKey(config Handle, pin string) *Failure {
	return failure(C.config_add_pinned_key(C.uintptr_t(config), textIn(pin).c()))
}

// SetMinTLSVersion is verigator_config_set_min_tls_version.
func SetMinTLSVersion(config Handle, version int32) *Failure {
	return failure(C.config_set_min_tls_version(C.uintptr_t(config), C.int32_t(version)))
}

// SetUserAgent is verigator_config_set_user_agent.
func SetUserAgent(config Handle, products string) *Failure {
	return failure(C.config_set_user_agent(C.uintptr_t(config), textIn(products).c()))
}

// SetUserAgentPrefix is verigator_config_set_user_agent_prefix.
func SetUserAgentPrefix(config Handle, prefix string) *Failure {
	return failure(C.config_set_user_agent_prefix(C.uintptr_t(config), textIn(prefix).c()))
}

// SetUserAgentSuffix is verigator_config_set_user_agent_suffix.
func SetUserAgentSuffix(config Handle, suffix string) *Failure {
	return failure(C.config_set_user_agent_suffix(C.uintptr_t(config), textIn(suffix).c()))
}

// SetMaxConnections is verigator_config_set_max_connections.
func SetMaxConnections(config Handle, most int64) *Failure {
	return failure(C.config_set_max_connections(C.uintptr_t(config), C.int64_t(most)))
}

// SetMaxIdleConnections is verigator_config_set_max_idle_connections.
func SetMaxIdleConnections(config Handle, most int64) *Failure {
	return failure(C.config_set_max_idle_connections(C.uintptr_t(config), C.int64_t(most)))
}

// SetIdleTimeout is verigator_config_set_idle_timeout_ms.
func SetIdleTimeout(config Handle, milliseconds int64) *Failure {
	return failure(C.config_set_idle_timeout_ms(C.uintptr_t(config), C.int64_t(milliseconds)))
}

// SetMaxResponseBytes is verigator_config_set_max_response_bytes.
func SetMaxResponseBytes(config Handle, most int64) *Failure {
	return failure(C.config_set_max_response_bytes(C.uintptr_t(config), C.int64_t(most)))
}

// SetCallLog is verigator_config_set_call_log.
func SetCallLog(config Handle, level int32) *Failure {
	return failure(C.config_set_call_log(C.uintptr_t(config), C.int32_t(level)))
}
