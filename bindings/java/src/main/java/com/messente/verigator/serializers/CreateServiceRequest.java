package com.messente.verigator.serializers;

/** What programs of the official client may make; this library itself does not. */
public class CreateServiceRequest {
    final String name;
    final String fqdn;

    /**
     * Makes one.
     *
     * @param name what users see
     * @param fqdn the service's host name
     */
    public CreateServiceRequest(String name, String fqdn) {
        this.name = name;
        this.fqdn = fqdn;
    }
}
