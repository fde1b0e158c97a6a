"""Where the service is, and the paths of its calls."""

URL = "https://api.verigator.com"

CREATE_SERVICE = "v1/service/service"
GET_SERVICE = DELETE_SERVICE = CREATE_SERVICE + "/{}"
GET_USERS = CREATE_USER = GET_SERVICE + "/users"
GET_USER = DELETE_USER = GET_USERS + "/{}"
AUTH_INITIATE = AUTH_VERIFY = GET_USER + "/auth"
