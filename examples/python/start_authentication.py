from messente.verigator.api import Api

# Initialize API
api = Api("messente-api-username", "messente-api-password")

# Create your service
service = api.services.get("my-service-id")

# Initialize user
user = api.users.get(service.id, "verigator-user-id")

# Start authentication
auth_id = api.auth.initiate(service.id, user.id, api.auth.METHOD_TOTP)
