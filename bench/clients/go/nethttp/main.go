// Command nethttp is what a careful programmer writes without this library: net/http with one client, which
// all goroutines share and which keeps a connection for each.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"bench/measure"
)

func main() {
	measure.Main(func(target measure.Target) (measure.Call, error) {
		transport := &http.Transport{MaxIdleConnsPerHost: 1024}
		if target.CA != "" {
			pem, err := os.ReadFile(target.CA)
			if err != nil {
				return nil, err
			}
			trusted := x509.NewCertPool()
			trusted.AppendCertsFromPEM(pem)
			transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
		}
		client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
		path := fmt.Sprintf("/v1/service/service/%s/users/%s/auth", measure.ServiceID, measure.UserID)
		return func() (bool, error) { return verify(client, target.URL+path) }, nil
	})
}

// verify makes the verification that is measured.
func verify(client *http.Client, url string) (bool, error) {
	body, err := json.Marshal(map[string]string{"token": measure.Token})
	if err != nil {
		return false, err
	}
	request, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	request.Header.Set("X-Service-Auth", measure.Username+":"+measure.Password)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	reply, err := client.Do(request)
	if err != nil {
		return false, err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return false, fmt.Errorf("the service answered %s", reply.Status)
	}
	var answer struct{ Verified bool }
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil {
		return false, err
	}
	return answer.Verified, nil
}
