package com.messente.verigator.serializers;

import com.messente.verigator.Service;

/** A page of the services of an account. */
public class GetServicesResponse {
    private final Service[] services;
    private final long total;
    private final String nextCursor;

    /**
     * Makes one from its parts, as tests do.
     *
     * @param services the services
     * @param total how many the account has
     * @param nextCursor what the next page is asked for with, or {@code null} on the last one
     */
    public GetServicesResponse(Service[] services, long total, String nextCursor) {
        this.services = services.clone();
        this.total = total;
        this.nextCursor = nextCursor;
    }

    /**
     * Returns the services of the page.
     *
     * @return a copy of the list
     */
    public Service[] getServices() {
        return services.clone();
    }

    /**
     * Returns how many services the account has, as the server says.
     *
     * @return the number of services
     */
    public long getTotal() {
        return total;
    }

    /**
     * Returns what {@link com.messente.verigator.Verigator#listServices} takes for the next page.
     *
     * @return the cursor, or {@code null} on the last page
     */
    public String getNextCursor() {
        return nextCursor;
    }
}
